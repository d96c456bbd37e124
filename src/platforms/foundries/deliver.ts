/** DELIVER.md of a Foundries.io bundle: what to do with it, in order. */
import type { Upload } from "./bundle.ts";

export function deliverPage({ root }: Upload): string {
  return `# Delivering the root of trust

1. Compare the digest of \`upload.json\` with the one in the record: \`sha256sum upload.json\`.
2. Upload it. \`$OSF_TOKEN\` is a token of the factory's owner with the scope \`ca:manage\`, \`$FACTORY\` the factory's name. Set both in commands of their own first: set in front of curl they would be empty inside its arguments.

       curl -X PATCH "https://api.foundries.io/ota/factories/$FACTORY/certs/" -H "OSF-Token: $OSF_TOKEN" -H "Content-Type: application/json" --data-binary @upload.json

   This cannot be undone: the root is set once. Another one means a reset by the vendor, and every device flashed anew. \`ca-crt\` replaces the whole list of device CAs.
3. Check: \`curl "https://api.foundries.io/ota/factories/$FACTORY/certs/" -H "OSF-Token: $OSF_TOKEN"\` answers with the same three certificates.

There is no way to succeed the root on devices in the field. It ends on ${root.facts.notAfter.slice(0, 10)}: the fleet has to be flashed anew before that day.
`;
}
