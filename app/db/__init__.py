"""Where values are kept between requests: the only package that knows SQL."""
