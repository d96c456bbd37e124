/** Counting people against thresholds: a quorum is a number of seats, and one person fills one of them. */

export const ROLES = ["administrator", "operator", "custodian", "witness", "auditor"] as const;
export type Role = (typeof ROLES)[number];

/** So many distinct people of a role. */
export interface Threshold {
  readonly count: number;
  readonly role: Role | "any";
}

export interface HasRole {
  readonly role: Role;
}

/** Whether a person of this role may fill a seat of the threshold. */
export function fits(threshold: Threshold, person: HasRole): boolean {
  return threshold.role === "any" || threshold.role === person.role;
}

/**
 * How many seats of each threshold stay empty, in the order of the quorum. Seats of a named role are filled before those for
 * anyone; where all who fit a seat sit elsewhere, one of them moves if another seat can take them (augmenting paths), so that
 * nobody is missed who need not come.
 * @param people distinct people; the caller sees to that
 */
export function emptySeats(quorum: readonly Threshold[], people: readonly HasRole[]): number[] {
  const seatOf = new Map<HasRole, number>();
  const empty = quorum.map(({ count }) => count);
  const namedFirst = [...quorum.entries()].sort(([, a], [, b]) => Number(a.role === "any") - Number(b.role === "any"));
  for (const [index, { count }] of namedFirst) {
    let filled = 0;
    while (filled < count && seat(index, quorum, people, seatOf, new Set())) filled++;
    empty[index] = count - filled;
  }
  return empty;
}

function seat(index: number, quorum: readonly Threshold[], people: readonly HasRole[], seatOf: Map<HasRole, number>, asked: Set<HasRole>): boolean {
  const threshold = quorum[index];
  for (const person of people) {
    if (threshold === undefined || asked.has(person) || !fits(threshold, person)) continue;
    asked.add(person);
    const taken = seatOf.get(person);
    if (taken === undefined || seat(taken, quorum, people, seatOf, asked)) {
      seatOf.set(person, index);
      return true;
    }
  }
  return false;
}

/** Whether these distinct people fill every seat. */
export function meetsQuorum(quorum: readonly Threshold[], people: readonly HasRole[]): boolean {
  return emptySeats(quorum, people).every((count) => count === 0);
}
