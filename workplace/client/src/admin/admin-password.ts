/** Z-03: at least 6 characters with a digit, a lower-case and an upper-case letter. */
export const isStrongEnough = (password: string) =>
  password.length >= 6 && /\d/.test(password) && /[a-z]/.test(password) && /[A-Z]/.test(password)
