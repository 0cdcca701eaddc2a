/** The ways out when no server can be fetched, in the words of this platform. */
export function bringYourOwnServer(platform: NodeJS.Platform): string {
  return `${installCommand(platform)}, or name a server that runs already: set MILLRACE_DEMO_MYSQL (for the tests MILLRACE_TEST_MYSQL) to mysql://user:password@host:port.`;
}

function installCommand(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Install one with `brew install mysql` (or `brew install mariadb`)';
  if (platform === 'win32')
    return 'Start one with `docker run -e MYSQL_ROOT_PASSWORD=… -p 3306:3306 mysql:8.4`';
  return 'Install one (`apt-get install mariadb-server`, `dnf install mariadb-server`, `apk add mariadb`; it need not run), point MILLRACE_MYSQLD at a mysqld or mariadbd program';
}
