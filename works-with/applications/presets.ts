import type { ApplicationPreset } from '../preset.ts';
import { preset as miniflux } from './miniflux/settings.ts';

/** Every program that is connected by a preset, by name. One line each. */
export const PRESETS: readonly ApplicationPreset[] = [miniflux];
