/** What an orchestrator does with a field of a Compose file. */
export type Treatment = Honoured | Ignored | Refused;

/** It does what the Compose Specification says. */
export interface Honoured {
  readonly does: "honours";
  /** How, where that is not plain. */
  readonly how?: string;
}

/** It deploys without it: a warning. */
export interface Ignored {
  readonly does: "ignores";
  /** Why, and what to do instead. */
  readonly why: string;
}

/** It can't, and without it the application would not be what its file says: an error. */
export interface Refused {
  readonly does: "refuses";
  /** Why, and what to do instead. */
  readonly why: string;
}

/** A field, and what becomes of it. */
export interface FieldSupport {
  /** `services.*.ports[].host_ip`: `*` is any name, `[]` any item. */
  readonly field: string;
  readonly swarm: Treatment;
  readonly kubernetes: Treatment;
  /** Only values for which this holds are ignored or refused; all others are honoured. Default: every value. */
  readonly when?: (value: unknown) => boolean;
}
