/** DELIVER.md of a trust anchor: what to do with it, in order. */
import { archiveName, type Anchor } from "./anchor.ts";

export function deliverPage(anchor: Anchor): string {
  const archive = archiveName(anchor);
  return `# Delivering the trust anchor ${anchor.version}

1. Compare the digest of \`${archive}\` with the one in the record: \`sha256sum ${archive}\`. \`tar -tzf ${archive}\` lists \`ca-chain.cert.pem\` and \`info.txt\` and nothing else.
2. Know which anchor the device has now: \`info.txt\` is there to tell. An import replaces the whole anchor: what was signed below a CA that is not in this one is refused from then on. Keep the archive that it replaces; importing that one again is the only way back.
3. Import it, and switch the check on. \`$PROFILE\` is the ioxclient profile of the device, which holds its address and its password.

       ioxclient profiles activate $PROFILE
       ioxclient platform signedpackages trustanchor set ${archive}
       ioxclient platform signedpackages enable

   On IOS-XE the switch is \`app-hosting signed-verification\`. In Local Manager: System Setting, Import Trust Anchor, then Application Signing Validation, Enabled, Save Configuration.
   From then on an unsigned package is refused: errorcode -1009, Package signature file package.cert or package.sign not found in package.
4. Check: install a package that is signed below this anchor. On IOS-XE \`show app-hosting infra\` says whether the check is on, and the package's policy is \`iox-pkg-policy-signed\`.
${appsText(anchor)}${datesText(anchor)}`;
}

function appsText({ apps, crls }: Anchor): string {
  const [first] = apps;
  if (first === undefined) return "";
  return `
## Packages

\`openssl verify ${crls.length === 0 ? "" : "-crl_check_all "}-CAfile ca-chain.cert.pem apps/${first.name}.pem\` says what a device will say of the certificate. Who builds the package has its key, as a PEM file: ioxclient takes no other, and this tool makes no \`package.cert\`, whose form is not public. \`$KEY\` is the path of that file, \`$FOLDER\` that of the application.

${apps.map(({ name }) => `    ioxclient package --rsa-key $KEY --certificate apps/${name}.pem $FOLDER\n`).join("")}`;
}

function datesText({ chain, apps, crls }: Anchor): string {
  const rows = [
    ...[...chain, ...apps].map(({ name, facts }) => `- ${name} ends on ${facts.notAfter.slice(0, 10)}.`),
    ...crls.map(({ name, facts }) => `- ${name} ends on ${facts.nextUpdate.slice(0, 10)}. A device that looks at CRLs may refuse every package from then on (openssl error 12): import an anchor with a newer list before that day.`),
  ];
  return `\n## Dates\n\n${rows.join("\n")}\n`;
}
