/** The product's colours outside its apps: in letters and on pages that load no stylesheet. The apps' tokens say the same. */
export const brandColours = {
  light: {
    canvas: '#f3f6f7',
    surface: '#ffffff',
    text: '#14201f',
    text2: '#4a5957',
    primary: '#0a7568',
    primaryStrong: '#075c52',
    onPrimary: '#ffffff',
  },
  dark: {
    canvas: '#0e1414',
    surface: '#182120',
    text: '#edf3f2',
    text2: '#b5c3c1',
    primary: '#3cc4b1',
    primaryStrong: '#63d6c5',
    onPrimary: '#04211d',
  },
} as const
