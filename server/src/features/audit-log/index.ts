export { looksAt, type Look, type LookPage } from './looks.repo.ts'
