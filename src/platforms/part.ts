/** Who or what plays a part in a bundle or an artifact: something that the ceremony has, a file below the script's folder, or a word. */
export type PartKind = "certificate" | "crl" | "file" | "word";

/** What a word may be, and how that is said; of a file, where its path may be other than that of most. */
export interface PartForm {
  readonly pattern: RegExp;
  readonly what: string;
}

export interface Part {
  readonly kind: PartKind;
  readonly wanted: boolean;
  /** Several, in their order. */
  readonly many: boolean;
  readonly form?: PartForm;
}

export type PartTable = Readonly<Record<string, Part>>;

/** Exactly one. */
export const one = (kind: PartKind): Part => ({ kind, wanted: true, many: false });
/** One or more. */
export const some = (kind: PartKind): Part => ({ kind, wanted: true, many: true });
/** One or none. */
export const maybe = (kind: PartKind): Part => ({ kind, wanted: false, many: false });
/** As many as one likes, none as well. */
export const any = (kind: PartKind): Part => ({ kind, wanted: false, many: true });
/** One word of a form. */
export const word = (form: PartForm): Part => ({ ...one("word"), form });
/** One word of a form, or none. */
export const maybeWord = (form: PartForm): Part => ({ ...maybe("word"), form });
