/** DELIVER.md of a signed Mender artifact: how it is checked, and what comes before its rollout. */

/** @param artifact its name, from its header */
export function artifactPage(artifact: string): string {
  return `# Delivering the artifact ${artifact}

1. Compare the digest of \`signed.mender\` with the one in \`SHA256SUMS\` of the record: \`sha256sum signed.mender\`.
2. Check it as devices will, with the key that they have:

       mender-artifact validate -k artifact-verify-key.pem signed.mender

   It has to print \`validated successfully\`. Its exit code alone says nothing: mender-artifact 3.9.0 ends with 0 for a key that it cannot use. \`mender-artifact read signed.mender\` shows what is in it.
3. See that \`artifact-verify-key.pem\` is a key that devices have already: compare it with the one in their \`mender.conf\`. A device refuses what no key of its list signed.
4. Upload \`signed.mender\` to the Mender server (Releases, Upload, or \`mender-cli artifacts upload signed.mender\`), and deploy it to one device first.

What cannot be undone: a device that has installed and committed the update goes back only by another one.
\`manifest\` and \`manifest.sig\` are what was signed and its signature in base64; both stand in \`signed.mender\` and need not be delivered.
`;
}
