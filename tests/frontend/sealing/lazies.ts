// The modules that are loaded only when needed, as they were bundled beside this test; and in Node, whatever
// its version, a WebCrypto without ChaCha20-Poly1305: Node proves the fallback, Chromium its own cipher.
import { configure } from "../../../frontend/sealing/lazy.ts";

const at = (name: string) => new URL(`./lazy/${name}.js`, import.meta.url).href;

export const addresses = {
  aead: at("noble-ciphers"),
  argon2: at("argon2"),
  argon2Fallback: at("noble-hashes"),
};

export const isNode = typeof process !== "undefined";

configure(addresses);

if (isNode) {
  const importKey = crypto.subtle.importKey.bind(crypto.subtle) as (...asked: unknown[]) => Promise<CryptoKey>;
  const older = (...asked: unknown[]) =>
    asked[2] === "ChaCha20-Poly1305"
      ? Promise.reject(new DOMException("Unrecognized algorithm name", "NotSupportedError"))
      : importKey(...asked);
  Object.defineProperty(crypto.subtle, "importKey", { value: older });
}
