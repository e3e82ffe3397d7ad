// What is loaded only when it is needed: each is a module of its own (frontend/lazy/), whose address
// the page knows.

/** Addresses of the modules below frontend/lazy/. */
export interface Addresses {
  /** noble-ciphers.ts: where WebCrypto has no ChaCha20-Poly1305. */
  aead: string;
  /** argon2.ts: for a password. */
  argon2: string;
  /** noble-hashes.ts: for a password, where WebAssembly is refused. */
  argon2Fallback: string;
}

interface Modules {
  aead: typeof import("../lazy/noble-ciphers.ts");
  argon2: typeof import("../lazy/argon2.ts");
  argon2Fallback: typeof import("../lazy/noble-hashes.ts");
}

let known: Partial<Addresses> = {};

/** Says where the modules are; before anything is sealed or opened. */
export function configure(addresses: Partial<Addresses>): void {
  known = { ...known, ...addresses };
}

/** The module; the engine keeps it, so asking again costs nothing. */
export function load<Name extends keyof Modules>(name: Name): Promise<Modules[Name]> {
  const address = known[name];
  if (!address) return Promise.reject(new Error(`nobody has said where ${name} is: call configure first`));
  // Not a literal, so that the bundler leaves it to the browser.
  return import(address);
}
