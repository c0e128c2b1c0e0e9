/// <reference types="vite/client" />

declare module 'zxing-reader.wasm?url' {
  const url: string
  export default url
}
