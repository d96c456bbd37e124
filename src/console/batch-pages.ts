/** What people see of a step over a folder of requests: a line a certificate as it is kept, and one table of verdicts at the end. Pure. */
import { fromUtf8 } from "../bytes/text.ts";
import { printable } from "./escape.ts";

/** A certificate is on the disk. @param number from 1 @param path below `artifacts/` */
export function keptLine(number: number, all: number, path: string): string {
  return `  ${String(number).padStart(String(all).length)} of ${all}  ${printable(path)}`;
}

interface ReportLine {
  readonly file: string;
  readonly verdict: "accept" | "refuse";
  readonly codes: readonly string[];
  readonly serial: string;
}

/** The report of the step as a table: each file, and the serial of its certificate or why it has none. @param report JSON lines */
export function verdictTable(report: Uint8Array): string[] {
  const lines = fromUtf8(report).trimEnd().split("\n").map((line) => JSON.parse(line) as ReportLine);
  const width = Math.min(40, Math.max(...lines.map(({ file }) => file.length)));
  const refused = lines.filter(({ verdict }) => verdict === "refuse").length;
  return [
    ...lines.map(({ file, verdict, codes, serial }) => `  ${printable(file).padEnd(width)}  ${verdict === "accept" ? `signed   ${serial}` : `SKIPPED  ${codes.join(", ")}`}`),
    `  ${lines.length} requests: ${lines.length - refused} signed, ${refused} skipped`,
  ];
}
