/** One icon by its own file: through the package's index, every entry would carry the icons of all others. */
declare module "lucide/dist/esm/icons/*.mjs" {
  const node: [tag: string, attributes: Record<string, string | number | undefined>][];
  export default node;
}
