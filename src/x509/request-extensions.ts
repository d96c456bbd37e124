import { Fault } from "../fault.ts";
import { readDer } from "../bytes/der.ts";
import {
  duplicatesOf, EXTENSION, readBasicConstraints, readExtendedKeyUsage, readSubjectKeyIdentifier,
} from "./extension-reading.ts";
import type { ReadExtension } from "./extension-reading.ts";
import { readAlternativeNames } from "./general-name.ts";
import type { RequestProblem } from "./request-finding.ts";

/** What a request asks for. Nothing of it is granted here. */
export interface RequestedExtensions {
  readonly requestedExtensions: readonly ReadExtension[];
  /** dNSNames of the subjectAltName, in order. */
  readonly requestedDnsNames: readonly string[];
  /** iPAddresses of the subjectAltName, in order: dotted, or RFC 5952. */
  readonly requestedAddresses: readonly string[];
  /** Whether basicConstraints says CA:TRUE. */
  readonly requestedCa: boolean;
}

const MOST_EXTENSIONS = 50;

/** ProxyCertInfo (RFC 3820): makes a CA of a leaf for those who follow it. */
const PROXY = "1.3.6.1.5.5.7.1.14";

/** Extensions that a request may mark critical: those whose meaning is known here, and the poison of RFC 6962. */
const KNOWN: readonly string[] = [...Object.values(EXTENSION), "2.5.29.36", "2.5.29.54", "1.3.6.1.5.5.7.1.24", "1.3.6.1.4.1.11129.2.4.3"];

/** How the ones of known form are read. keyUsage is not: many programs ask for one in a form that is no DER, and none is ever granted. */
const READERS: Readonly<Record<string, (value: Uint8Array) => unknown>> = {
  [EXTENSION.basicConstraints]: readBasicConstraints,
  [EXTENSION.extKeyUsage]: readExtendedKeyUsage,
  [EXTENSION.subjectAltName]: readAlternativeNames,
  [EXTENSION.subjectKeyIdentifier]: readSubjectKeyIdentifier,
  [EXTENSION.nameConstraints]: readDer,
  [EXTENSION.certificatePolicies]: readDer,
};

/** Everything for which the extensions that a request asks for are refused, whatever the profile [REQUEST-EXTENSIONS]. */
export function requestedExtensionProblems(extensions: readonly ReadExtension[]): RequestProblem[] {
  const duplicates = duplicatesOf(extensions.map(({ oid }) => oid));
  return [
    ...(extensions.length > MOST_EXTENSIONS ? [tooMany(extensions.length)] : []),
    ...duplicates.map((oid) => ({ code: "request-extension-duplicate" as const, message: `expected each extension once, found ${oid} more than once` })),
    ...extensions.filter(({ oid }) => oid === PROXY).map(() => ({ code: "request-extension-proxy" as const, message: "expected no ProxyCertInfo, found one" })),
    ...extensions.filter(({ oid, critical }) => critical && !KNOWN.includes(oid)).map(unknownCritical),
    ...extensions.flatMap(formProblem),
  ];
}

function tooMany(found: number): RequestProblem {
  return { code: "request-extension-count", message: `expected at most ${MOST_EXTENSIONS} extensions, found ${found}` };
}

function unknownCritical({ oid }: ReadExtension): RequestProblem {
  return { code: "request-extension-critical", message: `expected only known extensions to be critical, found ${oid}` };
}

function formProblem({ oid, value }: ReadExtension): RequestProblem[] {
  try {
    READERS[oid]?.(value);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return [{ code: "request-extension-form", message: `extension ${oid}: ${thrown.message}` }];
  }
}

/** What extensions without problems ask for. */
export function requestedOf(extensions: readonly ReadExtension[]): RequestedExtensions {
  const valueOf = (oid: string): Uint8Array | undefined => extensions.find((extension) => extension.oid === oid)?.value;
  const value = valueOf(EXTENSION.subjectAltName);
  const names = value === undefined ? { dns: [], addresses: [] } : readAlternativeNames(value);
  const constraints = valueOf(EXTENSION.basicConstraints);
  return {
    requestedExtensions: extensions,
    requestedDnsNames: names.dns,
    requestedAddresses: names.addresses,
    requestedCa: constraints !== undefined && readBasicConstraints(constraints).ca,
  };
}
