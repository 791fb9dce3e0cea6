import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorSchemeManager,
  type VariantColorsResolver,
} from '@mantine/core';

/** Gate green, from wash to ink; the schemes themselves come from the tokens in `console.css`. */
const gate = [
  '#e6f0ec',
  '#cfe3db',
  '#a9d3c4',
  '#7ccbb0',
  '#5bb296',
  '#3f937a',
  '#2f7a65',
  '#246a57',
  '#1d5c4b',
  '#174a3d',
] as const;

/** Text on a filled control keeps its contrast in both schemes; `danger` is ours. */
const variants: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  if (input.variant === 'filled') return { ...colors, color: 'var(--on-accent)' };
  if (input.variant !== 'danger') return colors;
  return { ...colors, background: 'var(--danger)', hover: 'var(--danger-strong)', color: 'var(--on-danger)' };
};

export const theme = createTheme({
  variantColorResolver: variants,
  colors: { gate },
  primaryColor: 'gate',
  primaryShade: { light: 8, dark: 3 },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '620' },
  defaultRadius: '8px',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'md' }, vars: buttonSizes },
    TextInput: { defaultProps: { size: 'md', inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
    PasswordInput: { defaultProps: { size: 'md', inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
    Textarea: { defaultProps: { size: 'md', inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
    MultiSelect: { defaultProps: { size: 'md', inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
    NativeSelect: { defaultProps: { size: 'md', inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
    Modal: {
      defaultProps: {
        radius: 14,
        padding: 24,
        size: 520,
        centered: true,
        shadow: 'none',
        attributes: { header: { role: 'presentation' } }, // a heading of the dialog, no banner of the page
        // Gone at once, with what is in it: fading out, it would show what was asked while that is done already.
        transitionProps: { transition: 'fade', duration: 120, exitDuration: 0 },
        overlayProps: { backgroundOpacity: 0.4 },
      },
    },
    Menu: { defaultProps: { radius: 10, transitionProps: { duration: 80 } } },
    Checkbox: { defaultProps: { size: 'sm', radius: 5 } },
    Switch: { defaultProps: { size: 'md', withThumbIndicator: false } },
  },
});

/** The two heights of controls: 42 px, and 34 px in heads and rows. */
function buttonSizes(_theme: unknown, props: { size?: string }): { root: Record<string, string> } {
  const small = props.size === 'sm';
  return {
    root: {
      '--button-height': small ? '34px' : '42px',
      '--button-padding-x': small ? '12px' : '16px',
      '--button-fz': small ? '14px' : '15px',
    },
  };
}

/** Mantine's variables refer to our tokens, so that both schemes are defined in one place. */
export const tokens: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-bright': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--soft)',
    '--mantine-color-placeholder': 'var(--soft)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-error': 'var(--danger)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-disabled': 'var(--sunken)',
    '--mantine-color-disabled-color': 'var(--soft)',
    '--mantine-color-disabled-border': 'var(--line)',
    '--mantine-primary-color-filled': 'var(--accent)',
    '--mantine-primary-color-filled-hover': 'var(--accent-strong)',
    '--mantine-primary-color-light': 'var(--accent-wash)',
    '--mantine-primary-color-light-color': 'var(--accent)',
    '--mantine-primary-color-contrast': 'var(--on-accent)',
    '--mantine-color-gate-filled': 'var(--accent)',
    '--mantine-color-gate-filled-hover': 'var(--accent-strong)',
    '--mantine-color-gate-light': 'var(--accent-wash)',
    '--mantine-color-gate-light-color': 'var(--accent)',
  } as const;
  return { variables: {}, light: both, dark: both };
};

/** The scheme follows the system and is kept nowhere. */
export const systemScheme: MantineColorSchemeManager = {
  get: (fallback) => fallback,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};
