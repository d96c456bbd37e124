/** Calendar arithmetic: inclusive to the second, whatever the length of months and years. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../src/fault.ts";
import { datesOf, periodEnd } from "../../src/plan/validity.ts";

/** From, period, the last second. */
const TABLE: readonly (readonly [string, string, string])[] = [
  ["2026-01-01T00:00:00Z", "P1Y", "2026-12-31T23:59:59Z"],
  ["2026-11-20T12:34:56Z", "P1D", "2026-11-21T12:34:55Z"],
  ["2026-11-20T12:34:56Z", "P20Y", "2046-11-20T12:34:55Z"],
  ["2026-01-31T00:00:00Z", "P1M", "2026-02-27T23:59:59Z"],
  ["2028-01-31T00:00:00Z", "P1M", "2028-02-28T23:59:59Z"],
  ["2026-03-31T10:00:00Z", "P1M", "2026-04-30T09:59:59Z"],
  ["2026-08-31T00:00:00Z", "P6M", "2027-02-27T23:59:59Z"],
  ["2028-02-29T00:00:00Z", "P1Y", "2029-02-27T23:59:59Z"],
  ["2028-02-29T00:00:00Z", "P4Y", "2032-02-28T23:59:59Z"],
  ["2028-02-29T12:00:00Z", "P1Y", "2029-02-28T11:59:59Z"],
  ["2096-02-29T00:00:00Z", "P4Y", "2100-02-27T23:59:59Z"],
  ["2028-02-28T00:00:00Z", "P2D", "2028-02-29T23:59:59Z"],
  ["2027-02-28T00:00:00Z", "P2D", "2027-03-01T23:59:59Z"],
  ["2026-01-31T00:00:00Z", "P1M1D", "2026-02-28T23:59:59Z"],
  ["2026-01-01T00:00:00Z", "P1Y6M", "2027-06-30T23:59:59Z"],
  ["2026-12-31T23:59:59Z", "P1D", "2027-01-01T23:59:58Z"],
  ["2030-01-01T00:00:00Z", "P20Y", "2049-12-31T23:59:59Z"],
  ["2030-01-01T00:00:01Z", "P20Y", "2050-01-01T00:00:00Z"],
  ["2026-10-25T00:30:00Z", "P1D", "2026-10-26T00:29:59Z"],
  ["2026-01-01T00:00:00Z", "P9132D", "2051-01-01T23:59:59Z"],
];

test("a period ends one second before the same hour of its last day; 29 February becomes 28 [VALIDITY-WITHIN-ISSUER]", () => {
  for (const [from, period, until] of TABLE) assert.equal(periodEnd(from, period), until, `${from} ${period}`);
});

test("what is no instant or no period is a fault", () => {
  for (const [from, period] of [["2026-02-29T00:00:00Z", "P1Y"], ["2026-13-01T00:00:00Z", "P1Y"], ["", "P1Y"], ["2026-01-01T00:00:00Z", ""], ["2026-01-01T00:00:00Z", "1Y"], ["2026-01-01T00:00:00Z", "P"]] as const) {
    assert.throws(() => periodEnd(from, period), (thrown) => thrown instanceof Fault && thrown.code === "form-instant", `${from} ${period}`);
  }
});

test("a period counts from the attested instant and never goes beyond the issuer; dates stand as they are written [VALIDITY-WITHIN-ISSUER]", () => {
  const instant = "2026-11-20T12:00:00Z";
  assert.deepEqual(datesOf({ for: "P1Y" }, instant, null), { from: instant, until: "2027-11-20T11:59:59Z" });
  assert.deepEqual(datesOf({ for: "P1Y" }, instant, "2027-11-20T11:59:59Z"), { from: instant, until: "2027-11-20T11:59:59Z" });
  assert.deepEqual(datesOf({ for: "P1Y" }, instant, "2027-11-20T11:59:58Z"), { from: instant, until: "2027-11-20T11:59:58Z" });
  const fixed = { from: "2026-01-01T00:00:00Z", until: "2030-12-31T23:59:59Z" };
  assert.deepEqual(datesOf(fixed, instant, "2028-01-01T00:00:00Z"), fixed);
});
