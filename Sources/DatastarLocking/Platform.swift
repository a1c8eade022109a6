// The platform's C library, for all that import this module: the one place where it is named. Nobody who imports one of
// the package's products sees it by that.
#if canImport(Darwin)
  @_exported public import Darwin
#elseif canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#endif
