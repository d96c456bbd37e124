/** DELIVER.md of a Mender bundle: who gets what, in which order. */
import { authorizedClient } from "./authorizer.ts";
import type { DeliveredWorker, Delivery } from "./bundle.ts";

export function deliverPage(delivery: Delivery): string {
  return `# Delivering the certificates of Mender's signing server

Compare the digest of each file with the one in the record first: \`sha256sum *\`.

## The signing server

1. Give the application server \`server-chain.pem\` with the key of its request, for the host \`${delivery.host}\`. Let it ask TLS clients for a certificate, and put the certificates of \`signserver-ca.pem\` into its trust store: the client sends its own certificate and never one above it, so that its issuer has to be there.
${delivery.workers.map((worker, i) => `${i + 2}. ${workerSteps(worker, delivery)}`).join("\n")}

## Devices

${deviceSteps(delivery)}

What cannot be undone: a device with a verification key refuses every artifact that no key of its list signed. With a wrong key, or when the key in the token is lost, no update reaches it any more, and somebody has to visit it. Try one device first. No device looks at a certificate: neither expiry nor a CRL ends a key there; only an update that takes it off the list does.

## Signing

${signingSteps(delivery)}

## Ends

${ends(delivery)}`;
}

function signingSteps({ workers: [first], host }: Delivery): string {
  return `mender-artifact 4.0.0 or later (Debian's 3.9.0 cannot). \`$CLIENT_KEY\` is the path of the client's private key, a PEM file without a passphrase; \`$ARTIFACT\` the artifact.

    export SIGNSERVER_HOSTNAME=${host}
    export SIGNSERVER_CA_CERT_PATH="$PWD/signserver-ca.pem"
    export SIGNSERVER_CLIENT_CERT_PATH="$PWD/client-chain.pem"
    export SIGNSERVER_CLIENT_CERT_KEY_PATH="$CLIENT_KEY"
    mender-artifact sign --keyfactor-signserver-worker ${first?.names.worker ?? ""} -o signed.mender "$ARTIFACT"

Check with the key that the devices have, never by way of the server, which signs something each time it is asked:

    mender-artifact validate -k ${first?.files.key ?? ""} signed.mender

It has to print \`validated successfully\`. Its exit code alone says nothing: mender-artifact 3.9.0 ends with 0 for a key that it cannot use.`;
}

function ends({ workers, client, server, root }: Delivery): string {
  const rows = [
    ...workers.map(({ certificate, names }) => [certificate, `the worker ${names.worker} refuses to sign; devices go on accepting what it signed`] as const),
    [client, "nobody can ask for a signature"] as const,
    [server, "mender-artifact refuses the server"] as const,
    [root, "nothing of this bundle is accepted any more, but for the verification key"] as const,
  ];
  return `| what | until | then |\n|---|---|---|\n${rows.map(([{ name, facts }, then]) => `| \`${name}\` | ${day(facts.notAfter)} | ${then} |\n`).join("")}`;
}

function day(instant: string): string {
  return instant.slice(0, 10);
}

function workerSteps({ names, files }: DeliveredWorker, { client }: Delivery): string {
  const { serial, issuer } = authorizedClient(client.facts);
  return `Make the worker \`${names.worker}\`. The PKCS#11 crypto token \`${names.cryptoToken}\` has to be active there and hold the key under the alias \`${names.key}\`.

       bin/signserver setproperties ${files.properties}
       bin/signserver uploadsignercertificate ${names.worker} GLOB ${files.certificate}
       bin/signserver uploadsignercertificatechain ${names.worker} GLOB ${files.chain}
       bin/signserver reload ${names.worker}
       bin/signserver getstatus brief ${names.worker}
       bin/signserver authorizedclients -worker ${names.worker} -list

   The status has to be Active; \`Certificate does not match key\` means another key under this alias. A key that was made in this ceremony has the label in the token that the record's register.json gives under \`keys\`: set that label to the alias, or DEFAULTKEY to that label. The list has to show one rule. Where it shows none (an old version), add it:

       bin/signserver authorizedclients -worker ${names.worker} -add -matchSubjectWithType CERTIFICATE_SERIALNO -matchSubjectWithValue ${serial} -matchIssuerWithValue ${quoted(issuer)}`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function deviceSteps({ workers }: Delivery): string {
  const keys = workers.map(({ files }) => `\`${files.key}\``).join(" and ");
  const install = `Install ${keys} in \`/etc/mender/\`, and merge \`mender.conf\` into the JSON object of \`/etc/mender/mender.conf\`. \`ArtifactVerifyKey\` and \`ArtifactVerifyKeys\` together are an error.`;
  if (workers.length === 1) return `${install} With Yocto, put the key into the folder \`conf\` of the build and append \`yocto-local.conf\` to \`local.conf\`. Do this before the first signed artifact is deployed.`;
  return `${install} Yocto's MENDER_ARTIFACT_VERIFY_KEY takes one key only: install both files and mender.conf by a recipe of your own.

To rotate: deploy both keys by an artifact that the old key signed; wait until every device has it; only then sign with \`${workers[1]?.names.worker ?? ""}\`; at last deploy the new key alone.`;
}
