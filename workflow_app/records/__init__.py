"""Official documents (文书): layout by GB/T 9704-2012, numbering, freezing, rendering, verification."""
