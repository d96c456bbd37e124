import { readCertificate, readCertificateList } from "../x509/reread.ts";
import type { GivenParts } from "./parts.ts";
import type { Shelf } from "./platform.ts";

/** Where what a part names is found, by name. */
export interface Stock {
  certificate(name: string): Uint8Array;
  crl(name: string): Uint8Array;
  file(name: string): Uint8Array;
  readonly earlier: Shelf["earlier"];
}

/** The shelf of a bundle's parts. @throws Fault form-der when something on it is read that this program cannot read */
export function shelfOf(parts: GivenParts, stock: Stock): Shelf {
  const names = (part: string) => parts[part] ?? [];
  return {
    certificates: (part) => names(part).map((name) => shelved(name, stock.certificate(name), readCertificate)),
    crls: (part) => names(part).map((name) => shelved(name, stock.crl(name), readCertificateList)),
    file: (part) => names(part).map((name) => stock.file(name))[0] ?? null,
    files: (part) => names(part).map((name) => ({ name, bytes: stock.file(name) })),
    word: (part) => names(part)[0] ?? null,
    earlier: stock.earlier,
  };
}

function shelved<T>(name: string, der: Uint8Array, read: (der: Uint8Array) => T): { readonly name: string; readonly der: Uint8Array; readonly facts: T } {
  return { name, der, facts: read(der) };
}
