declare module 'buffer/' {
  export { Buffer } from 'node:buffer';
}
