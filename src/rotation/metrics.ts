/** The dates as metrics in the text format of Prometheus, with the names of certificates that its exporters use. */
import { epochSeconds } from "../plan/validity.ts";
import type { Register } from "../transcript/register.ts";
import { certificateLives } from "./life.ts";
import { listLives } from "./lists.ts";
import type { JudgedObligation } from "./obligation.ts";

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The text, UTF-8, LF: gauges in seconds from 1970.
 * @param at when it is made, UTC: an alert on it finds a timer that has stopped
 */
export function metricsText(register: Register, obligations: readonly JudgedObligation[], at: string): string {
  const lives = certificateLives(register, at);
  const names = (name: string, subject: string, serial: string, issuer: string) => ({ name, subject_CN: commonName(subject), serial_number: serial, issuer_CN: commonName(register.certificates.find((one) => one.name === issuer)?.subject ?? issuer) });
  const ofLives = (value: (life: (typeof lives)[number]) => string | null): Sample[] => lives.flatMap((life) => {
    const instant = value(life);
    return instant === null ? [] : [{ labels: names(life.name, life.subject, life.serial, life.issuer), value: epochSeconds(instant) }];
  });
  return [
    ...family("x509_cert_not_before", "When a certificate begins.", ofLives(({ notBefore }) => notBefore)),
    ...family("x509_cert_not_after", "When a certificate ends.", ofLives(({ notAfter }) => notAfter)),
    ...family("anchorite_rotation_ceremony_by_timestamp_seconds", "The last day for the ceremony that makes the successor.", ofLives((life) => (life.successor === null && life.state !== "revoked" ? life.ceremonyBy : null))),
    ...family("anchorite_crl_next_update_timestamp_seconds", "nextUpdate of the last list of a CA.", listLives(register, at).filter(({ isOver }) => !isOver).map(({ issuer, last }) => ({ labels: { issuer }, value: epochSeconds(last.nextUpdate) }))),
    ...family("anchorite_rotation_obligation_by_timestamp_seconds", "When an obligation has to be met.", obligations.map(({ id, kind, by, standing }) => ({ labels: { id, kind, standing }, value: epochSeconds(by) }))),
    ...family("anchorite_rotation_register_attested_timestamp_seconds", "The last time that people attested in a ceremony.", register.attested === null ? [] : [{ labels: {}, value: epochSeconds(register.attested) }]),
    ...family("anchorite_rotation_generated_timestamp_seconds", "When this file was made.", [{ labels: {}, value: epochSeconds(at) }]),
  ].map((line) => `${line}\n`).join("");
}

function family(name: string, help: string, samples: readonly Sample[]): string[] {
  return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`)];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** The common name in a subject as text; all of it where there is none. */
function commonName(subject: string): string {
  return /(?:^|, )CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1] ?? subject;
}
