declare module "engine-module" {
  // What emscripten writes: build/page/engine.js
  const create_module: (options: { wasmBinary: Uint8Array }) => Promise<any>;
  export default create_module;
}
declare module "engine-packed" {
  const base64: string;
  export default base64;
}
