/** An OEM of ctrlX apps, and Bosch Rexroth as a test holds its keys: an answer to the OEM's request, and a declaration of privileges. */
import { fromHex } from "../../src/bytes/hex.ts";
import { toBase64, toPem } from "../../src/bytes/pem.ts";
import { concat, toUtf8 } from "../../src/bytes/text.ts";
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier } from "../../src/x509/extension.ts";
import type { NameAttribute } from "../../src/x509/name.ts";
import { ecdsaToDer } from "../../src/x509/signed.ts";
import { issue, type Order } from "../x509/chain.ts";
import { TestKey } from "../x509/test-key.ts";
import { FILES, HEAD, type Octets } from "./scripts.ts";

export const OEM_KEY = new TestKey("ecdsa-p256", "ecdsa-sha384");
const BOSCH_KEY = new TestKey("ecdsa-p256");
export const PRIVILEGES_KEY = new TestKey("ecdsa-p256", "ecdsa-sha384");

const BOSCH: readonly NameAttribute[] = [{ type: "CN", value: "com.ctrlx-automation.app" }, { type: "O", value: "Bosch Rexroth AG" }];
export const OEM: readonly NameAttribute[] = [{ type: "CN", value: "com.ctrlx-automation.app.mockcorp" }, { type: "O", value: "Mockcorp Limited" }];
const LEAF = [keyUsage(["digitalSignature"]), basicConstraints({ ca: false }), subjectKeyIdentifier(), authorityKeyIdentifier()];
const CA = [keyUsage(["keyCertSign", "cRLSign"]), basicConstraints({ ca: true }), subjectKeyIdentifier()];
const FOREVER = "9999-12-31T23:59:59Z";

/** The OEM App Signing certificate as Bosch Rexroth's own certificates look, PEM, with a change. */
export function oemCertificate(change: Partial<Order> = {}): string {
  return toPem("CERTIFICATE", issue({ subject: OEM, issuer: BOSCH, key: OEM_KEY, issuerKey: BOSCH_KEY, extensions: LEAF, notAfter: FOREVER, ...change }).der);
}

const DECLARATION = `type: app-privileges
app-name: mockcorp-my-app
publisher: com.ctrlx-automation.app.mockcorp
timestamp: 2024-11-18T08:15:04Z
plugs:
  firewall-control:
  loop-devices:
    interface: custom-device
    custom-device: loop-devices
slots:
  loop-devices-slot:
    interface: custom-device
    devices:
      - /dev/loop[0-9]
`;

/** A declaration of privileges with its signature, with a change. */
export function privileges(from = "", to = ""): string {
  const declaration = DECLARATION.replace(from, to);
  const lines = toBase64(ecdsaToDer(PRIVILEGES_KEY.sign(toUtf8(declaration)))).match(/.{1,64}/g) ?? [];
  return `${declaration}\n${lines.join("\n")}\n`;
}

/** What the OEM asks for. */
export const WISH = `plugs:
  # Opens the port of the fieldbus gateway,
  # and closes it again.
  firewall-control:
slots:
  # Mounts the images of recipes.
  loop-devices-slot:
    interface: custom-device
`;

/** The superblock of a snap's file system begins so. */
const snap = (text: string): Uint8Array => concat(fromHex("68737173"), toUtf8(text));

export const APP_FILES: Octets = {
  ...FILES, "answers/oem.pem": oemCertificate(), "answers/bosch.pem": toPem("CERTIFICATE", issue({ subject: BOSCH, issuer: BOSCH, key: BOSCH_KEY, issuerKey: BOSCH_KEY, extensions: CA, notAfter: FOREVER }).der),
  "snaps/mockcorp-my-app_1.4.3+git2_amd64.snap": snap("amd64"), "snaps/mockcorp-my-app_1.4.3+git2_arm64.snap": snap("arm64"),
  "snaps/mockcorp-my-app.privileges": privileges(), "requests/mockcorp-my-app.interfaces": WISH,
};

const SNAPS = "file: [snaps/mockcorp-my-app_1.4.3+git2_amd64.snap, snaps/mockcorp-my-app_1.4.3+git2_arm64.snap]";
const PRIVILEGED = "privileges: snaps/mockcorp-my-app.privileges";
/** The last three steps of an OEM. */
export const OEM_STEPS = `  - accept-certificate: { certificate: oem-app-signing, of: oem, file: answers/oem.pem, chain: [answers/bosch.pem] }
  - sign-artifact: { artifact: my-app, format: ctrlx, key: oem, by: [dan], ${SNAPS}, signer: oem-app-signing, ${PRIVILEGED} }
  - export-bundle: { platform: ctrlx, certificate: oem-app-signing, interfaces: [requests/mockcorp-my-app.interfaces] }
  - close: {}
`;

/** The OEM's key and request, and in the same ceremony, which only a test can do, what Bosch Rexroth answered. */
export const APP = `${HEAD}tokens:
  vault: { holds: [oem] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: oem, token: vault, algorithm: ecdsa-p256, signature: ecdsa-sha384, backup: none }
  - create-request: { request: oem-request, key: oem, subject: { O: Mockcorp Limited }, for: ctrlx }
${OEM_STEPS}`;
