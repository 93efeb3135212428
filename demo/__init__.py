"""Two small networks that tell the tank story; `picasso-tb demo` trains them."""
