/** The registry in an image's name, as Docker reads it: the first part when it has a dot or a port, or is localhost. */
export function registryOf(image: string): string {
  const slash = image.indexOf("/");
  const first = slash < 0 ? "" : image.slice(0, slash);
  return /[.:]/.test(first) || first === "localhost" ? first : "docker.io";
}
