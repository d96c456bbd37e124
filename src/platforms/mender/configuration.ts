/** The configuration that goes with the certificates: SignServer's worker, the device's mender.conf, the build of an image. */
import type { AuthorizedClient } from "./authorizer.ts";

/** The words by which SignServer knows the worker. */
export interface WorkerNames {
  readonly worker: string;
  readonly cryptoToken: string;
  /** The alias of the key in the token. */
  readonly key: string;
}

/**
 * The worker's properties, for `signserver setproperties`: a PKCS#11 crypto token, one authorised client, and no other hash than
 * the one that Mender uses. A Java properties file: ASCII, one line a property.
 */
export function workerProperties({ worker, cryptoToken, key }: WorkerNames, client: AuthorizedClient): string {
  const properties: readonly (readonly [string, string])[] = [
    ["TYPE", "PROCESSABLE"],
    ["IMPLEMENTATION_CLASS", "org.signserver.module.cmssigner.PlainSigner"],
    ["NAME", worker],
    ["CRYPTOTOKEN", cryptoToken],
    ["DEFAULTKEY", key],
    ["SIGNATUREALGORITHM", "NONEwithRSA"],
    ["CLIENTSIDEHASHING", "true"],
    ["ACCEPTED_HASH_DIGEST_ALGORITHMS", "SHA-256"],
    ["CHECKCERTVALIDITY", "true"],
    ["DISABLEKEYUSAGECOUNTER", "false"],
    ["DO_LOGREQUEST_DIGEST", "true"],
    ["LOGREQUEST_DIGESTALGORITHM", "SHA256"],
    ["AUTHTYPE", "CLIENTCERT"],
    ["AUTHCLIENT1.SUBJECT.TYPE", "CERTIFICATE_SERIALNO"],
    ["AUTHCLIENT1.SUBJECT.VALUE", client.serial],
    ["AUTHCLIENT1.ISSUER.TYPE", "ISSUER_DN_BCSTYLE"],
    ["AUTHCLIENT1.ISSUER.VALUE", client.issuer],
  ];
  return properties.map(([name, value]) => `WORKERGENID1.${name}=${propertyValue(value)}\n`).join("");
}

/** The value of a property as `java.util.Properties` reads it from ISO 8859-1. */
function propertyValue(text: string): string {
  return Array.from({ length: text.length }, (_, i) => text.charAt(i)).map((unit) => (unit === "\\" ? "\\\\" : /[ -~]/.test(unit) ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)).join("");
}

/** The folder of devices in which Mender keeps its configuration. */
const FOLDER = "/etc/mender";

/**
 * The part of mender.conf that makes a device refuse what is not signed: `ArtifactVerifyKey` for one key, `ArtifactVerifyKeys` for
 * several, never both, which the client refuses. JSON, to be merged into the object that is there.
 * @param keys file names
 */
export function menderConf(keys: readonly string[]): string {
  const paths = keys.map((key) => JSON.stringify(`${FOLDER}/${key}`));
  const [only = ""] = paths;
  return paths.length === 1 ? `{\n  "ArtifactVerifyKey": ${only}\n}\n` : `{\n  "ArtifactVerifyKeys": [\n${paths.map((path) => `    ${path}`).join(",\n")}\n  ]\n}\n`;
}

/** The line of local.conf for a build by Yocto: it installs the key and writes `ArtifactVerifyKey`; there is none for several keys. @param key file name, in the folder `conf` of the build */
export function yoctoLine(key: string): string {
  return `MENDER_ARTIFACT_VERIFY_KEY = "\${TOPDIR}/conf/${key}"\n`;
}
