/** The certificates and CRLs of a record as a tree by issuer, each with the claim that its issuer's key signed it. */
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import { fromPem, toPem } from "../bytes/pem.ts";
import { fromUtf8 } from "../bytes/text.ts";
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import { Fault } from "../fault.ts";
import { LAYOUT } from "../transcript/layout.ts";
import type { Register, RegisteredCertificate, RegisteredCrl } from "../transcript/register.ts";
import type { Claim } from "../x509/algorithm.ts";
import { certificateClaim } from "../x509/certificate-reading.ts";
import { CLAIMED_REASON_CODES } from "../x509/crl-reason.ts";
import { extensionName, extensionText } from "../x509/extension-text.ts";
import { readGivenDer, type GivenCertificate } from "../x509/given-certificate.ts";
import { readGivenList } from "../x509/given-list.ts";
import { printName } from "../x509/name-reading.ts";

/** A certificate of the record, with those below it. */
export interface ShownCertificate {
  readonly name: string;
  /** Its file in the record; empty for one of an earlier ceremony. */
  readonly path: string;
  /** What it says; null where its octets are not here or cannot be read. */
  readonly facts: { readonly subject: string; readonly issuer: string; readonly serial: string; readonly notBefore: string; readonly notAfter: string; readonly key: string; readonly signedWith: string; readonly ca: boolean; readonly sha256: string; readonly pem: string; readonly extensions: readonly { readonly name: string; readonly critical: boolean; readonly text: string }[] } | null;
  readonly profile: string;
  /** The name of the certificate above it; its own for a root. */
  readonly issuer: string;
  /** Why it is said not to be trusted any longer; empty where nothing says so. */
  readonly revoked: string;
  /** What nobody here saw: an adopted CA brought it. */
  readonly claimed: boolean;
  readonly claim: Claim | null;
  readonly below: readonly ShownCertificate[];
  readonly crls: readonly ShownCrl[];
}

export interface ShownCrl {
  readonly name: string;
  readonly path: string;
  readonly number: number;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly sha256: string;
  /** PEM, with the SHA-256 of its DER as it is here; null where its octets are not here, the text empty where they are too many for a page. */
  readonly here: { readonly pem: string; readonly sha256: string } | null;
  /** Null where its octets are not here. */
  readonly entries: readonly { readonly serial: string; readonly date: string; readonly reason: string }[] | null;
  readonly claim: Claim | null;
}

type Read = ReadonlyMap<string, GivenCertificate>;

/** The trees of a register, in its order: a certificate stands below its issuer's, or at the top where that is not known. */
export function certificateTrees(files: RecordFiles, register: Register): ShownCertificate[] {
  const read: Read = new Map(register.certificates.flatMap((one) => certificateIn(files, one)));
  const below = byIssuer(register.certificates.filter(({ name, issuer }) => name !== issuer));
  const known = new Set(register.certificates.map(({ name }) => name));
  const crls = byIssuer(register.crls);
  const shown = (one: RegisteredCertificate): ShownCertificate => ({
    ...shownCertificate(files, register, one, read), below: (below.get(one.name) ?? []).map(shown), crls: (crls.get(one.name) ?? []).map((crl) => shownCrl(files, crl, read.get(one.name))),
  });
  return register.certificates.filter(({ name, issuer }) => name === issuer || !known.has(issuer)).map(shown);
}

function byIssuer<T extends { readonly issuer: string }>(issued: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of issued) {
    const group = groups.get(one.issuer) ?? [];
    group.push(one);
    groups.set(one.issuer, group);
  }
  return groups;
}

/** Every certificate of some trees, those above first. */
export function* allOf(trees: readonly ShownCertificate[]): Generator<ShownCertificate, void> {
  for (const tree of trees) {
    yield tree;
    yield* allOf(tree.below);
  }
}

const pathOf = (name: string): string => `${LAYOUT.artifacts}/certificates/${name}.pem`;

function certificateIn(files: RecordFiles, { name, der }: RegisteredCertificate): [string, GivenCertificate][] {
  const file = files.read(pathOf(name));
  return attempt(() => {
    const octets = file === null ? fromHex(der) : fromPem(fromUtf8(file), ["CERTIFICATE"]).der;
    return octets.length === 0 ? [] : [[name, readGivenDer(octets)] as [string, GivenCertificate]];
  }) ?? [];
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

function shownCertificate(files: RecordFiles, register: Register, one: RegisteredCertificate, read: Read): Omit<ShownCertificate, "below" | "crls"> {
  const { name, profile, issuer } = one;
  const own = read.get(name);
  const above = read.get(issuer);
  const revocation = register.revocations.find((revoked) => revoked.certificate === name && revoked.released === null);
  return {
    name, profile, issuer, path: files.list().includes(pathOf(name)) ? pathOf(name) : "", facts: own === undefined ? null : factsOf(own), claimed: one.claimed === true,
    revoked: revocation === undefined ? "" : `${revocation.reason}, ${revocation.date}`,
    claim: own === undefined || above === undefined ? null : attempt(() => certificateClaim(`certificate ${name}`, own, above.spki)),
  };
}

function factsOf(own: GivenCertificate): NonNullable<ShownCertificate["facts"]> {
  const { serial, notBefore, notAfter, mechanism } = own;
  return {
    subject: own.subjectText, issuer: printName(own.issuer), serial, notBefore, notAfter, key: own.publicKey.description, signedWith: mechanism, ca: own.isCa, sha256: sha256Hex(own.der), pem: toPem("CERTIFICATE", own.der),
    extensions: own.extensions.map((extension) => ({ name: extensionName(extension.oid), critical: extension.critical, text: extensionText(extension) })),
  };
}

/** Octets of a CRL of which a page shows the PEM. */
const LARGEST_SHOWN = 64 * 1024;

function reasonText(code: number): string {
  return Object.entries(CLAIMED_REASON_CODES).find(([, one]) => one === code)?.[0] ?? `reason ${code}`;
}

function shownCrl(files: RecordFiles, { name, number, thisUpdate, nextUpdate, sha256 }: RegisteredCrl, issuer: GivenCertificate | undefined): ShownCrl {
  const path = `${LAYOUT.artifacts}/crls/${name}.pem`;
  const bytes = files.read(path);
  const list = bytes === null ? null : attempt(() => readGivenList(bytes));
  return {
    name, path: bytes === null ? "" : path, number, thisUpdate, nextUpdate, sha256,
    here: list === null ? null : { pem: list.der.length > LARGEST_SHOWN ? "" : toPem("X509 CRL", list.der), sha256: sha256Hex(list.der) },
    entries: list === null ? null : list.revoked.map(({ serial, date, reason }) => ({ serial, date, reason: reasonText(reason) })),
    claim: list === null || issuer === undefined ? null : attempt(() => certificateClaim(`CRL ${name}`, list, issuer.spki)),
  };
}
