import { loadBackupConfig, readEnvironment } from '../backup/config.ts'
import { appRoleOf, migrate } from '../db/migrate.ts'

// Brings the database up to date as its owner, and gives the server's role its rights; then the server itself needs
// no more than that role (S-97).
const { DATABASE_URL, MIGRATION_DATABASE_URL, MIGRATIONS_DIR } = loadBackupConfig(readEnvironment())
const ownerUrl = MIGRATION_DATABASE_URL ?? DATABASE_URL
if (!ownerUrl) throw new Error('MIGRATION_DATABASE_URL is missing')
await migrate(ownerUrl, MIGRATIONS_DIR, DATABASE_URL ? appRoleOf(DATABASE_URL, ownerUrl) : undefined)
process.stdout.write('数据库已是最新。  The database is up to date.\n')
