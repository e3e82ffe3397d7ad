// What the server says of passkeys, as the browser wants it, and back: bytes are base64url in JSON.

type Options = { publicKey: Record<string, unknown> };
type Json = Record<string, unknown>;

export const canUsePasskeys = (): boolean => isSecureContext && "PublicKeyCredential" in globalThis;

/** Makes a passkey. *alone*: it shall sign in without a password, so it must know its person. */
export async function made({ publicKey }: Options, alone: boolean): Promise<Json> {
  const chosen = publicKey["authenticatorSelection"] as AuthenticatorSelectionCriteria;
  const credential = await navigator.credentials.create({
    publicKey: {
      ...(publicKey as unknown as PublicKeyCredentialCreationOptions),
      challenge: bytes(publicKey["challenge"]),
      user: { ...(publicKey["user"] as PublicKeyCredentialUserEntity), id: bytes((publicKey["user"] as Json)["id"]) },
      excludeCredentials: known(publicKey["excludeCredentials"]),
      authenticatorSelection: alone
        ? { ...chosen, residentKey: "required", requireResidentKey: true, userVerification: "required" }
        : chosen,
    },
  });
  return told(credential as PublicKeyCredential);
}

/** Asks for one of the passkeys that the server knows, or for any of this site. */
export async function shown({ publicKey }: Options): Promise<Json> {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...(publicKey as unknown as PublicKeyCredentialRequestOptions),
      challenge: bytes(publicKey["challenge"]),
      allowCredentials: known(publicKey["allowCredentials"]),
    },
  });
  return told(credential as PublicKeyCredential);
}

function told(credential: PublicKeyCredential): Json {
  const response: Json = {};
  const answer = credential.response as unknown as Record<string, unknown>;
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer[name] instanceof ArrayBuffer) response[name] = text(answer[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function known(all: unknown): PublicKeyCredentialDescriptor[] {
  return ((all as Json[] | undefined) ?? []).map((one) => ({ type: "public-key", id: bytes(one["id"]) }));
}

function bytes(told: unknown): Uint8Array<ArrayBuffer> {
  const plain = atob(String(told).replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
