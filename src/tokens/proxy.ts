/**
 * Modules that are no token's own but stand before another one: all that is said to the token, PINs too, passes through them. They
 * are known by what stands in their files, so that none has to be loaded to be known.
 */
import { toUtf8 } from "../bytes/text.ts";

export interface Proxy {
  /** As a script names it. */
  readonly name: string;
  /** What it does, for people. */
  readonly what: string;
  /** Whether it may ever be used: not where it writes PINs down. */
  readonly refused: boolean;
}

const KNOWN: readonly (Proxy & { readonly mark: string })[] = [
  { name: "pkcs11-spy", mark: "PKCS11SPY\0", refused: true, what: "OpenSC's pkcs11-spy, which writes every call and every PIN to a log" },
  { name: "p11-kit-client", mark: "P11_KIT_SERVER_ADDRESS\0", refused: false, what: "p11-kit's client: another process, perhaps another host, has the token" },
  { name: "p11-kit-proxy", mark: "PKCS#11 Kit Proxy Module", refused: false, what: "p11-kit's proxy: which module it loads is decided by files of this host" },
];

/** The proxy that a module's file is; null for none that is known. */
export function proxyOf(file: Uint8Array): Proxy | null {
  const found = KNOWN.find(({ mark }) => contains(file, toUtf8(mark)));
  return found === undefined ? null : { name: found.name, what: found.what, refused: found.refused };
}

/** The proxies that a script may accept by name. */
export function acceptableProxies(): string[] {
  return KNOWN.filter(({ refused }) => !refused).map(({ name }) => name);
}

function contains(file: Uint8Array, mark: Uint8Array): boolean {
  const [first = 0] = mark;
  for (let at = file.indexOf(first); at >= 0; at = file.indexOf(first, at + 1)) {
    if (mark.every((octet, i) => file[at + i] === octet)) return true;
  }
  return false;
}
