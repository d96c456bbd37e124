/** The certificate tree as markup: each certificate with what it says, below its issuer, with its own check. */
import type { ReportFacts } from "./facts.ts";
import { allOf, type ShownCertificate, type ShownCrl } from "./certificates.ts";
import { cell } from "./cell.ts";
import { block, digestText, html, type Markup } from "./html.ts";
import { plural } from "./sentences.ts";

/** Above so many, the details of a certificate are opened by whoever wants them, and print as they are. */
const MANY = 60;

export function certificateSection({ trees, register, header }: ReportFacts): Markup {
  const all = [...allOf(trees)];
  const crls = all.reduce((sum, { crls: own }) => sum + own.length, 0);
  const body = register === null ? html`<p>There is no register that can be read${header === null ? "" : ": the ceremony has not ended"}.</p>` : html`<p>${plural(all.length, "certificate")}, ${plural(crls, "CRL")}${all.some(({ path }) => path === "") ? "; those marked so are of earlier ceremonies" : ""}.</p>
<ul class="tree">${trees.map((tree) => branch(tree, all.length > MANY))}</ul>${possiblyIssued(register.possiblyIssued)}`;
  return html`<section id="certificates"><h2>What was made: the certificates</h2>${body}</section>`;
}

function branch(one: ShownCertificate, many: boolean): Markup {
  const { facts } = one;
  return html`<li id="certificate-${one.name}"><div class="certificate"><p><b>${one.name}</b> ${facts?.ca === true ? html`<span class="tag">CA</span>` : null}${one.path === "" ? html`<span class="tag">earlier</span>` : null}${one.claimed ? html`<span class="tag">claimed, not witnessed</span>` : null}${one.revoked === "" ? null : html`<span class="tag bad">REVOKED: ${one.revoked}</span>`}<br>
${facts === null ? "its octets are not in this record" : html`${facts.subject}<br><small>${facts.notBefore} to ${facts.notAfter}; ${facts.key}, signed by ${one.issuer === one.name ? "its own key" : one.issuer}</small>`}</p>${cell(`certificate-${one.name}`, "p")}
${facts === null ? null : html`${details(one, facts)}${pemPart(one.name, facts, one.path)}`}</div>
${one.crls.map((crl) => crlBranch(crl))}${one.below.length === 0 ? null : html`<ul>${one.below.map((lower) => branch(lower, many))}</ul>`}</li>`;
}

function details(one: ShownCertificate, facts: NonNullable<ShownCertificate["facts"]>): Markup {
  const row = (name: string, value: Markup | string) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`;
  return html`<details><summary>Fields of ${one.name}</summary><div class="wide"><table class="fields">${[
    row("Subject", facts.subject), row("Issuer", facts.issuer), row("Serial number", digestText(facts.serial)), row("Valid", `${facts.notBefore} to ${facts.notAfter}`), row("Public key", facts.key),
    row("Signed with", facts.signedWith), row("Profile", one.profile), ...facts.extensions.map(({ name, critical, text }) => row(`${name}${critical ? " (critical)" : ""}`, text)), row("SHA-256", digestText(facts.sha256)), row("File", one.path === "" ? "of an earlier ceremony, in register.json" : one.path),
  ]}</table></div></details>`;
}

function crlBranch(crl: ShownCrl): Markup {
  return html`<div class="certificate crl" id="crl-${crl.name}"><p><b>${crl.name}</b> <span class="tag">CRL number ${crl.number}</span><br><small>${crl.thisUpdate} to ${crl.nextUpdate}; ${crl.entries === null ? "its octets are not in this record" : plural(crl.entries.length, "revoked certificate")}</small></p>${cell(`crl-${crl.name}`, "p")}
${crl.entries === null || crl.entries.length === 0 ? null : html`<details><summary>What ${crl.name} revokes</summary><table><thead><tr><th scope="col">Serial number</th><th scope="col">Date</th><th scope="col">Reason</th></tr></thead><tbody>${crl.entries.map(({ serial, date, reason }) => html`<tr><td>${digestText(serial)}</td><td>${date}</td><td>${reason}</td></tr>`)}</tbody></table></details>`}${crl.here === null ? null : pemPart(crl.name, crl.here, crl.path)}</div>`;
}

/** The object itself, to be copied from the page. On paper it stays away. */
function pemPart(name: string, { pem, sha256 }: { readonly pem: string; readonly sha256: string }, path: string): Markup {
  return html`<details class="raw"><summary>PEM of ${name}</summary><p>SHA-256 of its DER: ${digestText(sha256)}</p>${pem === "" ? html`<p>It is too long for a page: ${path}.</p>` : html`<pre class="pem">${block(pem)}</pre>`}</details>`;
}

function possiblyIssued(all: readonly { readonly kind: string; readonly name: string; readonly issuer: string; readonly burned: string; readonly tbs: { readonly sha256: string } }[]): Markup | null {
  if (all.length === 0) return null;
  return html`<h3>Possibly issued</h3><p>Nobody knows whether these were signed. They may exist, and should be revoked.</p><ul>${all.map(({ kind, name, issuer, burned, tbs }) => html`<li>${kind} ${name} of ${issuer}, ${burned}; to be signed: SHA-256 ${digestText(tbs.sha256)}</li>`)}</ul>`;
}
