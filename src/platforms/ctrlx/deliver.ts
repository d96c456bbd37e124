/** DELIVER.md of what is made for ctrlX: the certificate for the devices' store, and a signed app. */
import { printName } from "../../x509/name-reading.ts";
import type { ShelfCertificate } from "../platform.ts";
import { publisherOf } from "./publisher.ts";

const API = "https://$DEVICE/certificate-manager/api/v2/applications/appvalidationcerts/certificates";

export interface DeliveredCertificate {
  readonly certificate: ShelfCertificate;
  /** The one that devices have already; null where this is the first. */
  readonly previous: ShelfCertificate | null;
  /** Of its DER, hex. */
  readonly sha256: string;
  /** File names of requests for privileges. */
  readonly requests: readonly string[];
}

export function certificatePage({ certificate, previous, sha256, requests }: DeliveredCertificate): string {
  const { name, facts } = certificate;
  const { publisher, organization } = publisherOf(certificate);
  return `# Delivering the OEM App Signing certificate

Publisher ${publisher}, organization ${organization}, issued by ${printName(facts.issuer)}, valid until ${facts.notAfter}.

If Bosch Rexroth did not issue it, this is own trust: whether a device takes it is unknown. Try one device first.

1. Compare the certificate with the record: \`openssl x509 -in ${name}.pem -outform DER | sha256sum\` says \`${sha256}\`.
2. On each device, before an app is installed, best while it is provisioned: put \`${name}.pem\` into the category *trusted* of the store *App signature validation certificates* (\`appvalidationcerts\`). In the web interface under Certificates & Keys; or with a token of the device in \`$TOKEN\` and its host name in \`$DEVICE\`, both set in commands of their own:

       curl -X POST "${API}" -H "Authorization: Bearer $TOKEN" -F "file=@${name}.pem" -F "category=trusted"

   The answer is 201. Without \`category\` the certificate would lie under *own*, and apps are checked with those under *trusted*.
3. Check: \`curl "${API}" -H "Authorization: Bearer $TOKEN"\` lists it as trusted.
4. Install the apps.
${previous === null ? "" : successionOf(name, previous)}${requests.length === 0 ? "" : `
## Privileges

${requests.map((request) => `- \`${request}\``).join("\n")}

Send each to your field application engineer or sales contact at Bosch Rexroth. What comes back is a declaration and a signature by Bosch Rexroth: save it octet by octet, LF only, as \`<app>.privileges\`, and name it under \`privileges\` of \`sign-artifact\`.
`}
## What cannot be undone

Bosch Rexroth may revoke the certificate when its key is lost or known to others; apps signed with it may then not run after an update of ctrlX OS. A signature that has left the house stays valid until then.
`;
}

/** The old certificate stays until the last app under it is gone. */
function successionOf(name: string, previous: ShelfCertificate): string {
  return `
## The certificate before it

${previous.name}.pem is on the devices already, and stays there: apps that were signed under it go on being checked with it. It is valid until ${previous.facts.notAfter}. In this order:

1. \`${name}.pem\` on every device, beside \`${previous.name}.pem\`. The store takes both.
2. Only then sign apps with the new key. An app that is signed again gets a higher version.
3. When no device has an app of the old key any more, take \`${previous.name}.pem\` out of the store. From then on its apps cannot be installed.
`;
}

export interface DeliveredApp {
  /** `<app>_<version>`. */
  readonly revision: string;
  readonly architectures: readonly string[];
  /** The name of the signer's certificate. */
  readonly signer: string;
}

export function appPage({ revision, architectures, signer }: DeliveredApp): string {
  return `# Delivering ${revision}.app

1. Check it with the OEM App Signing certificate ${signer}, here as \`oem.pem\`, from the record or the bundle:

       anchorite artifact verify ctrlx ${revision}.app --certificate oem.pem

   The vendor's \`bash verify-apps.sh oem.pem .\` ends with "All signature verifications successful". Its version 4.6.0 does not compare the snaps with their digests; its versions 3.6.0 and 4.4.0 refuse an app with privileges.
2. The certificate has to be in the store \`appvalidationcerts\` of each device, category *trusted*, before: see DELIVER.md of the bundle for ctrlx.
3. Install \`${revision}.app\` as any other app, in the web interface under Apps. It is for ${architectures.join(" and ")}; each device takes its own snap.

The files ${architectures.map((architecture) => `\`${architecture}/${revision}.signature\``).join(", ")} are those inside the archive, for whoever wants to look at them.

A signature cannot be taken back: the app can be installed wherever the certificate is trusted.
`;
}
