/** What rules can ask of others than the resource itself. */
export interface Ask {
  /**
   * What a registry tells of an image.
   * @throws Undetermined where it can't be asked.
   */
  image(name: string): Promise<ImageAnswer>;
}

export interface ImageAnswer {
  /** Compressed, bytes. */
  readonly sizeBytes: number;
  /** User that the image names; the empty text is root. */
  readonly user: string;
}
