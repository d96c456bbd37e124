/** DELIVER.md of a Foundries.io bundle: what to do with it, in order, by operation. */
import { dnsNamesOf, isSelfIssued } from "../acceptance.ts";
import type { Upload } from "./bundle.ts";
import { isLocal } from "./device-ca.ts";

const TOKEN = "`$OSF_TOKEN` is a token of the factory's owner with the scope `ca:manage`, `$FACTORY` the factory's name. Set both in commands of their own first: set in front of curl they would be empty inside its arguments.";
const ADDRESS = "https://api.foundries.io/ota/factories/$FACTORY/certs/";
const SHOWN = `    curl -s "${ADDRESS}" -H "OSF-Token: $OSF_TOKEN" > now.json`;

interface Words {
  readonly title: string;
  /** What cannot be undone, or what else the upload does. */
  readonly warning: string;
  /** How to see that it has worked, once the answer of a GET lies in now.json. */
  readonly check: string;
}

export function deliverPage(upload: Upload): string {
  if (upload.operation === "register-device") return devicesPage(upload);
  const { title, warning, check } = wordsOf(upload);
  return `# ${title}

1. Compare the digest of \`upload.json\` with the one in the record: \`sha256sum upload.json\`.
2. See that the certificates are what they should be:

${commandsOf(upload).map((line) => `       ${line}`).join("\n")}

3. Upload it. ${TOKEN}

       curl -X PATCH "${ADDRESS}" -H "OSF-Token: $OSF_TOKEN" -H "Content-Type: application/json" --data-binary @upload.json

   ${warning}
4. Check:

   ${SHOWN}

   ${check} \`fioctl keys ca show --pretty\` shows the same for reading.

${ending(upload)}`;
}

/** The vendor's way to verify, over the files of this bundle. */
function commandsOf(upload: Upload): string[] {
  const { root, tls, est, crl, deviceCas } = upload;
  const partial = isSelfIssued(root.facts) ? "" : " -partial_chain";
  const verify = (file: string, purpose = "") => `openssl verify -x509_strict${partial}${purpose} -CAfile factory_ca.pem ${file}`;
  const cas = [...(deviceCas.some(isLocal) ? ["local-ca.pem"] : []), ...(deviceCas.some((ca) => !isLocal(ca)) ? ["online-crt"] : [])];
  return [
    "openssl x509 -in factory_ca.pem -noout -subject -enddate -fingerprint -sha256", ...(tls === null ? [] : [verify("tls-crt", " -purpose sslserver")]),
    ...(est === null ? [] : [verify("est-tls-crt", " -purpose sslserver")]), ...cas.map((file) => verify(file)),
    ...(crl === null ? [] : ["openssl crl -in ca-revoke-crl.pem -CAfile factory_ca.pem -noout -text"]),
  ];
}

function wordsOf(upload: Upload): Words {
  const same = (field: string, file: string) => `\`jq -r '."${field}"' now.json | diff -B - ${file}\` says nothing.`;
  switch (upload.operation) {
    case "create":
      return {
        title: "Delivering the root of trust", check: `${same("root-crt", "factory_ca.pem")} ${same("tls-crt", "tls-crt")} \`ca-crt\` has the device CAs of this bundle and no other.`,
        warning: "This cannot be undone: the root is set once. Another one means a reset by the vendor, and every device flashed anew. `ca-crt` replaces the whole list of device CAs.",
      };
    case "add-device-ca":
      return {
        title: "Adding device CAs", check: "`jq -r '.\"ca-crt\"' now.json | grep -c BEGIN` is the number of device CAs that were there, and the new ones.",
        warning: "`ca-crt` replaces the whole list. The one in this bundle was made from the answer that the script names as `current`: if anybody has changed the list since, do not upload it, and make it again.",
      };
    case "rotate-tls":
      return { title: "Rotating the TLS certificate of the device gateway", check: same("tls-crt", "tls-crt"), warning: "The gateway takes the new certificate; the old key is gone. Devices trust the same root and notice nothing." };
    case "est-authorize":
      return { title: "Authorizing the EST server", check: same("est-tls-crt", "est-tls-crt"), warning: "From then on devices can renew their certificates at the vendor's EST server." };
    case "revoke-device-ca":
      return revocationWords(upload);
    case "register-device":
      return { title: "", warning: "", check: "" };
  }
}

function revocationWords({ crl }: Upload): Words {
  const end = crl === null ? "" : crl.facts.nextUpdate;
  return {
    title: "Revoking, disabling or enabling device CAs",
    check: "`jq '.\"disabled-ca-serials\"' now.json` has what is disabled; `ca-crt` no longer has what is revoked.",
    warning: `Upload it before ${end}, its nextUpdate: whether the platform takes a list after that is not documented. A device CA that is revoked (any reason but 6 and 8) takes its devices with it; one that is disabled (6) registers no new ones; 8 enables it again.`,
  };
}

function devicesPage({ devices, root }: Upload): string {
  const [first] = devices;
  return `# Registering devices

Each device has a folder below \`devices/\`: \`client.pem\` for the device, \`client.chained\` with its device CA behind it, and \`register.json\`, the body by which the platform learns of it. The device trusts \`factory_ca.pem\`. Its private key is on the device, where its request was made. \`sota.toml\` is not made here: the vendor's registration reference makes it, from the hosts of the factory.

1. See that each certificate is what the gateway wants (DEVICE-CA is the device CA's certificate, as PEM):

       openssl verify -purpose sslclient${isSelfIssued(root.facts) ? "" : " -partial_chain"} -CAfile factory_ca.pem -untrusted DEVICE-CA.pem devices/${first?.name ?? "NAME"}/client.pem

2. Put the files on the device.
3. Register it, which is optional: otherwise the device registers itself with its first call, and the user in the CN of its device CA owns it. \`$OSF_TOKEN\` is a token of a user who may register devices. Set it in a command of its own first.

       curl -X PUT "https://api.foundries.io/ota/devices/" -H "OSF-Token: $OSF_TOKEN" -H "Content-Type: application/json" --data-binary @devices/${first?.name ?? "NAME"}/register.json

   A UUID that is registered with another key is answered with 409. It does not help to try again: find out which of the two is the device.
4. Check on the device, with the host that \`openssl x509 -noout -in tls-crt -ext subjectAltName\` shows:

       curl --cacert factory_ca.pem --cert client.pem --key client.key https://GATEWAY:8443/repo/1.root.json
`;
}

function ending({ root, tls }: Upload): string {
  const hosts = tls === null ? "" : `The gateway is ${dnsNamesOf(tls.facts).join(", ")}.\n\n`;
  return `${hosts}There is no way to succeed the root on devices in the field. It ends on ${root.facts.notAfter.slice(0, 10)}: the fleet has to be flashed anew before that day.\n`;
}
