import type { Plugin } from 'vite';

const TEXT = String.raw`(?:'(?:[^'\\]|\\.)*'|\x60(?:[^\x60\\$]|\\.)*\x60|ABOUT\.\w+)`;
const DESCRIBED = new RegExp(String.raw`\s*\.describe\(\s*${TEXT},?\s*\)`, 'g');
const SUMMED_UP = new RegExp(String.raw`\bsummary:\s*${TEXT}`, 'g');

/**
 * The contract of the API without its sentences: they are for the reference alone, and would be six kilobytes of what the
 * console loads first.
 */
export function leaveOutDescriptions(): Plugin {
  return {
    name: 'leave-out-descriptions',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/src/api/contract/')) return null;
      return { code: code.replaceAll(DESCRIBED, '').replaceAll(SUMMED_UP, "summary: ''"), map: null };
    },
  };
}
