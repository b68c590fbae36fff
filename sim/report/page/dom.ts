/** Building the page: elements from names, attributes and children. Text is text; nothing is parsed as HTML. */

type Child = Node | string | undefined
type Attributes = { readonly [name: string]: string | number | boolean | undefined }

const fill = <E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    element.setAttribute(name, value === true ? "" : String(value))
  }
  for (const child of children) if (child !== undefined) element.append(child)
  return element
}

export const el = <K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] =>
  fill(document.createElement(name), attributes, children)

export const svgEl = <K extends keyof SVGElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: readonly Child[]): SVGElementTagNameMap[K] =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children)

/** An element of the page that is known to be there. */
export const byId = (id: string): HTMLElement => {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no element #${id}`)
  return found
}

/** A table with a caption for those who cannot see what stands around it; the first column names the rows. */
export const tableOf = (caption: string, headings: readonly string[], rows: readonly (readonly (Node | string)[])[]): HTMLTableElement =>
  el(
    "table",
    {},
    el("caption", { class: "unseen" }, caption),
    el("thead", {}, el("tr", {}, ...headings.map((heading) => el("th", { scope: "col" }, heading)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell, index) => (index === 0 ? el("th", { scope: "row" }, cell) : el("td", {}, cell)))))),
  )
