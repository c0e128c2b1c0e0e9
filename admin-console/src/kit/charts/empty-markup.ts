interface TrustedTypes {
  createPolicy(name: 'default', rules: { createHTML: (markup: string) => string | null }): unknown
}

/**
 * Lets scripts empty an element by `innerHTML`, which ECharts does, and refuses every other markup (S-72). The page's
 * content security policy names this one default policy; a browser without Trusted Types needs none.
 */
export function allowEmptyMarkup(page: { readonly trustedTypes?: TrustedTypes } = window): void {
  page.trustedTypes?.createPolicy('default', { createHTML: (markup) => (markup === '' ? '' : null) })
}

declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes
  }
}
