/** Types of the parts of raw-socket 1.8 that are used here; the package brings none. */
declare module 'raw-socket' {
  export interface Options {
    readonly addressFamily?: number;
    readonly protocol?: number;
    readonly bufferSize?: number;
  }

  export class Socket {
    on(event: 'message', listener: (buffer: Buffer, source: string) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'close', listener: () => void): this;
    send(
      buffer: Buffer,
      offset: number,
      length: number,
      address: string,
      beforeCallback: () => void,
      afterCallback: (error: Error | null, bytes: number) => void,
    ): this;
    setOption(level: number, option: number, value: number): void;
    setOption(level: number, option: number, value: Buffer, length: number): void;
    /** Reads one packet: emits it as `message`, or `error` when none waits. */
    onRecvReady(): void;
    pauseRecv(): this;
    resumeRecv(): this;
    close(): this;
  }

  export function createSocket(options?: Options): Socket;

  export const AddressFamily: { readonly IPv4: number; readonly IPv6: number };
}
