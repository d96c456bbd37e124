/** DELIVER.md of a bundle and of a signed report: what to do, in order. */

/** The host of the vendor's page. */
const EU_1 = "system-management.eu1.bosch-iot-rollouts.com";
const ANCHORS = "https://$HOST/api/mgmt/v1/tenant-config/soup.report.validation.trusted.cert.fingerprints";

export interface DeliveryFacts {
  /** Null: that of the vendor's page. */
  readonly host: string | null;
  readonly anchor: string;
  readonly anchorFingerprint: string;
  /** What the platform answered before the ceremony; null where nobody asked. */
  readonly configured: readonly string[] | null;
  readonly fingerprints: readonly string[];
  readonly gateways: readonly { readonly name: string; readonly notAfter: string }[];
}

/** Both lines are commands of their own: set in front of curl, a variable would be empty inside its arguments. */
function variables(host: string | null): string {
  return `       HOST=${host ?? EU_1}
       TOKEN=…`;
}

function before(configured: readonly string[] | null): string {
  if (configured === null) return `   The script gave no answer of the platform. The next step replaces the whole list: go on only if the answer is an empty list. Otherwise take the answer into the script as \`current\`, and export again.`;
  const listed = configured.length === 0 ? "an empty list." : `this list:\n\n${configured.map((one) => `       ${one}`).join("\n")}\n\n  `;
  return `   This bundle was made for ${listed} If the answer is another by now, stop: the next step would take away what was added since. Take the new answer into the script as \`current\`, and export again.`;
}

export function deliverPage({ host, anchor, anchorFingerprint, configured, fingerprints, gateways }: DeliveryFacts): string {
  return `# Delivering a trust anchor for report signing

1. Compare the digests of these files, as \`sha256sum\` prints them, with those in \`SHA256SUMS\` of the record. Then set the host of your service instance and a token of it:

${variables(host)}

2. Read what is configured now.

       curl "${ANCHORS}" -H "Authorization: Bearer $TOKEN"

${before(configured)}
3. Configure the list. It will hold ${fingerprints.length} ${fingerprints.length === 1 ? "fingerprint" : "fingerprints"}, that of ${anchor} among them.

       curl -X POST "${ANCHORS}" -H "Content-Type: application/json" -H "Authorization: Bearer $TOKEN" --data-binary @trusted-fingerprints.json

   This replaces the whole list, without asking, and the platform keeps no list of before. What was there is the answer of step 2: keep it.
4. Check: repeat step 2. The answer's \`value\` is that of \`trusted-fingerprints.json\`. The anchor's own fingerprint,

       ${anchorFingerprint}

   is what \`openssl x509 -noout -fingerprint -sha256\` says of the certificate ${anchor}, after the equals sign.
5. Give each gateway its certificate, as \`gateway.crt\`, and \`cert-chain.crt\`.${gateways.length === 0 ? "" : ` Their certificates end:\n\n${gateways.map(({ name, notAfter }) => `   - \`gateways/${name}.crt\`: ${notAfter}`).join("\n")}\n`}
   A gateway signs with \`-text\`, and carries the whole chain:

       openssl cms -sign -in report.json -out report.msg.signed -signer gateway.crt -inkey gateway.key -certfile cert-chain.crt -text

6. Check a signed report before the first is sent:

       openssl cms -verify -in report.msg.signed -CAfile ca_root.crt -text -out report.json

To change anchors: add the new one beside the old, let every gateway sign under the new one, then take the old one off the list.
`;
}

/** @param message the file's name */
export function uploadPage(host: string | null, message: string): string {
  return `# Delivering a signed report

1. Check it, with the root that came with the trust anchor:

       openssl cms -verify -in ${message} -CAfile ca_root.crt -text -out report.json

   \`report.json\` is the report, with CRLF at the end of its lines. Do not open and save the message in an editor, and do not send it through anything that changes text.
2. Set the host of your service instance and a token of it, then upload it:

${variables(host)}
       curl -X POST "https://$HOST/api/install/v1/system-reports" -H "Authorization: Bearer $TOKEN" --form 'signedReport=@"./${message}"'

   This is the address for system reports. The vendor's page gives none for update reports. A report that was taken cannot be called back.
3. The backend's errors are not published. Before asking why a report was refused, repeat step 1, and compare the list of trusted fingerprints with that of the chain.
`;
}
