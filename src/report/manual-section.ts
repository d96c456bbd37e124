/** How to check the record without this page: with public programs, and with the tool. */
import type { ReportFacts } from "./facts.ts";
import { allOf } from "./certificates.ts";
import { html, type Markup } from "./html.ts";

/** Plain words, commands as they are typed in the record's folder. */
export function manualSection({ plan, trees, checks }: ReportFacts): Markup {
  const people = (plan?.people ?? []).filter(({ id }) => checks.seals.some(({ path }) => path === `signatures/${id}.sig`));
  const witness = (role: string) => (role === "witness" || role === "auditor" ? "anchorite-seal-witnessed" : "anchorite-seal-approved");
  const root = [...allOf(trees)].find(({ name, issuer, path }) => name === issuer && path !== "");
  const lower = [...allOf(trees)].find(({ name, issuer, path }) => root !== undefined && issuer === root.name && name !== root.name && path !== "");
  const command = (text: string) => html`<pre>${text}</pre>`;
  return html`<section id="by-hand"><h2>How to verify without this page</h2>
<p>These programs come with every system; none of them is ours. Run them in the record's folder, on a copy from another medium than this page.</p>
<ol>
<li>Every file is the one that was sealed:${command("sha256sum -c SHA256SUMS")}</li>
<li>The manifest is the one that the seal names (compare with the line <code>manifest</code>):${command("sha256sum SHA256SUMS && cat seal.txt")}</li>
<li>People signed the seal, with keys that you have from elsewhere (make <code>roster</code> yourself; the one in the record is the record's own claim):
${people.map(({ id, role }) => command(`ssh-keygen -Y verify -f roster -I ${id} -n ${witness(role)} -s signatures/${id}.sig < seal.txt`))}</li>
${checks.seals.some(({ path }) => path.endsWith(".p7s")) ? html`<li>The token signed it, with a certificate of the CA of this ceremony:${command(`openssl cms -verify -binary -inform DER -in signatures/transcript-key.p7s -content seal.txt -CAfile ${root?.path ?? "ROOT.pem"} -purpose any -out /dev/null`)}</li>` : null}
${root === undefined || lower === undefined ? null : html`<li>A certificate is signed by the one above it:${command(`openssl verify -CAfile ${root.path} ${lower.path}`)}</li>`}
<li>The entries are the sealed ones: link by link, in a dozen lines of Python; they stand in <code>verify-without-anchorite.md</code> of the tool's documentation.</li>
<li>Everything at once, and the plan and every artifact made again:${command("anchorite replay RECORD --roster roster --words \"the 32 words from your paper\"")}</li>
</ol></section>`;
}
