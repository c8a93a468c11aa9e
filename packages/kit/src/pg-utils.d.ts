/** The driver's own mapping of parameters, which it gives to query classes of others without a type. */
declare module 'pg/lib/utils.js' {
  const utils: {
    /** As Postgres reads it in text form, bytes as they are. Throws for what is no JSON. */
    readonly prepareValue: (value: unknown) => string | Buffer | null;
  };
  export default utils;
}
