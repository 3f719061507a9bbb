/** Files. */
export { loadSafetensors, type LoadOptions, readMetadata, type SaveOptions, saveSafetensors } from './safetensors.js';
