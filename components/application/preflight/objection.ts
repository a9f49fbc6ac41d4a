/** Something that stands against a deployment. */
export interface Objection {
  /** Where the project asks for it. */
  readonly path: readonly (string | number)[];
  /** What is wrong, and its cure. */
  readonly message: string;
}
