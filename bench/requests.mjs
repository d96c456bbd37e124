// Requests for the yardsticks: PKCS#10 over fresh P-256 keys, each with one DNS name, made in this process.
import { generateKeyPairSync, sign } from "node:crypto";
import { buildRequestInfo } from "../build/src/x509/certification-request.js";
import { fillExtensions, subjectAltNames } from "../build/src/x509/extension.js";
import { encodeName } from "../build/src/x509/name.js";
import { assemble } from "../build/src/x509/signed.js";
import { toPem } from "../build/src/bytes/pem.js";

/** @param {number} count @returns {{ file: string, pem: string, spki: Uint8Array, info: Uint8Array, signature: Uint8Array }[]} */
export function makeRequests(count) {
  return Array.from({ length: count }, (_, n) => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const spki = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
    const name = `device-${String(n).padStart(6, "0")}`;
    const extensions = fillExtensions([subjectAltNames({ dns: [`${name}.example.com`] })], { subjectKeyIdentifier: new Uint8Array(20), authorityKeyIdentifier: null });
    const info = buildRequestInfo({ subject: encodeName([{ type: "O", value: "Example" }, { type: "CN", value: name }]), spki, extensions });
    const signature = new Uint8Array(sign("sha256", info, { key: privateKey, dsaEncoding: "ieee-p1363" }));
    return { file: `${name}.csr`, pem: toPem("CERTIFICATE REQUEST", assemble(info, "ecdsa-sha256", signature)), spki, info, signature };
  });
}
