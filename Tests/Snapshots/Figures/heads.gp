# heads: the mean attention of each layer and head over the epochs of toy.
#
# Everything is in this file. Draw it with
#   gnuplot heads.gp                          # heads.pdf
#   gnuplot -e "fovea_format='png'" heads.gp  # or 'svg'

# The format, and the page's size. Text sizes are in points, a line width of 1 is one point.
if (!exists('fovea_format')) fovea_format = 'pdf'
reset
set encoding utf8
if (fovea_format eq 'pdf') {
  set terminal pdfcairo size 3.25in,3.39in font 'Nimbus Sans,8' fontscale 0.75 linewidth 2 pointscale 0.3 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'png') {
  set terminal pngcairo size 975,1017 font 'Nimbus Sans,8' fontscale 3.125 linewidth 4.167 dashlength 1.4 pointscale 1.25 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'svg') {
  set terminal svg size 312,325 font 'Nimbus Sans,8' fontscale 1.3333 linewidth 1.333 dashlength 0.55 background rgb '#ffffff' noenhanced
}
# Markers are larger in SVG, which knows no scale for them.
marker(size) = fovea_format eq 'svg' ? 0.4 * size : size
set output 'heads.'.fovea_format

# The look: thin axes, small ticks outside, no legend.
set minussign
set decimalsign '.'
set datafile separator whitespace
set datafile commentschars '#'
unset key
set border linewidth 0.5 linecolor rgb '#000000'
set tics out nomirror scale 0.5 font 'Nimbus Sans,7' textcolor rgb '#000000'

# attention: one row per epoch, one column per position from 0.
$values_1 << FOVEA_END
0.2 0.2 0.2 0.2 0.2
0.46666667 0.13333333 0.13333333 0.13333333 0.13333333
0.73333335 0.06666666 0.06666666 0.06666666 0.06666666
1 0 0 0 0
FOVEA_END

# mha, head 0: one row per epoch, one column per position from 0.
$values_2 << FOVEA_END
0.2 0.2 0.2 0.2 0.2
0.46666667 0.13333333 0.13333333 0.13333333 0.13333333
0.73333335 0.06666666 0.06666666 0.06666666 0.06666666
1 0 0 0 0
FOVEA_END

# mha, head 1: one row per epoch, one column per position from 0.
$values_3 << FOVEA_END
0.2 0.2 0.2 0.2 0.2
0.13333333 0.13333333 0.13333333 0.13333333 0.46666667
0.06666666 0.06666666 0.06666666 0.06666666 0.73333335
0 0 0 0 1
FOVEA_END

# mha_1, head 0: one row per epoch, one column per position from 0.
$values_4 << FOVEA_END
0.2 0.2 0.2 0.2 0.2
0.46666667 0.13333333 0.13333333 0.13333333 0.13333333
0.73333335 0.06666666 0.06666666 0.06666666 0.06666666
1 0 0 0 0
FOVEA_END

# mha_1, head 1: one row per epoch, one column per position from 0.
$values_5 << FOVEA_END
0.2 0.2 0.2 0.2 0.2
0.13333333 0.13333333 0.13333333 0.13333333 0.46666667
0.06666666 0.06666666 0.06666666 0.06666666 0.73333335
0 0 0 0 1
FOVEA_END

# One colour scale for all maps, in proportion to the square root of the weight.
shade(weight) = sqrt(weight)
set palette defined ( \
  0 '#00224e', 1 '#002554', 2 '#00285b', 3 '#002b62', 4 '#002e6a', 5 '#003070', 6 '#053371', 7 '#123570', \
  8 '#1a386f', 9 '#213b6e', 10 '#273e6e', 11 '#2d416d', 12 '#32436d', 13 '#36466c', 14 '#3b496c', 15 '#3f4c6c', \
  16 '#434e6c', 17 '#47516c', 18 '#4b546c', 19 '#4f576c', 20 '#535a6d', 21 '#565c6d', 22 '#5a5f6e', 23 '#5e626e', \
  24 '#61656f', 25 '#656870', 26 '#686a71', 27 '#6c6d72', 28 '#6f7073', 29 '#727374', 30 '#767676', 31 '#797977', \
  32 '#7d7c78', 33 '#7f7e78', 34 '#838179', 35 '#878478', 36 '#8b8778', 37 '#8f8a78', 38 '#928d78', 39 '#969077', \
  40 '#9a9376', 41 '#9e9676', 42 '#a29975', 43 '#a69c74', 44 '#aaa073', 45 '#aea371', 46 '#b3a670', 47 '#b7a96e', \
  48 '#bbad6d', 49 '#bfb06b', 50 '#c3b369', 51 '#c7b767', 52 '#ccba64', 53 '#d0be62', 54 '#d4c15f', 55 '#d9c55c', \
  56 '#ddc858', 57 '#e1cc55', 58 '#e6d051', 59 '#ead34c', 60 '#efd748', 61 '#f3db42', 62 '#f8df3c', 63 '#fde334', \
  64 '#fee838')
set cbrange [0:shade(1)]
set cbtics ('0' shade(0), '0.01' shade(0.01), '0.05' shade(0.05), '0.1' shade(0.1), '0.25' shade(0.25), '0.5' shade(0.5), '1' shade(1)) scale 0.3 offset -0.6,0 font 'Nimbus Sans,7'
set colorbox vertical user origin screen 0.8277,0.1917 size screen 0.0246,0.708 noborder
set border 15
set multiplot

# attention.
unset label; unset arrow; unset object
set lmargin at screen 0.2092; set rmargin at screen 0.48; set bmargin at screen 0.6637; set tmargin at screen 0.8997
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#e6e6e6' fillstyle solid noborder
set label 1 '' at screen 0.3446,0.9263 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'epoch' at screen 0.0862,0.7817 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set xrange [-0.5:4.5]; set yrange [-0.5:3.5]
set xtics ('' 0, '' 1, '' 2, '' 3, '' 4) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0,0.4
# Rows are epochs with a checkpoint, whatever lies between them.
set ytics ('0' 0, '1' 1, '2' 2, '4' 3) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0.5,0
set label 3 'attention' at screen 0.0308,0.7817 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 4 'mean attention weight, √ scale' at screen 0.9631,0.5457 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 5 'mean of n = 3' at screen 0.2092,0.9764 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
if (fovea_format eq 'svg') {
plot $values_1 matrix using 1:2:(shade($3)) with image pixels title 'attention'
} else {
plot $values_1 matrix using 1:2:(shade($3)) with image title 'attention'
}

# mha, head 0.
unset label; unset arrow; unset object
set lmargin at screen 0.2092; set rmargin at screen 0.48; set bmargin at screen 0.3923; set tmargin at screen 0.6283
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#e6e6e6' fillstyle solid noborder
set label 1 '' at screen 0.3446,0.6549 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'epoch' at screen 0.0862,0.5103 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set xrange [-0.5:4.5]; set yrange [-0.5:3.5]
set xtics ('' 0, '' 1, '' 2, '' 3, '' 4) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0,0.4
# Rows are epochs with a checkpoint, whatever lies between them.
set ytics ('0' 0, '1' 1, '2' 2, '4' 3) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0.5,0
set label 3 'mha' at screen 0.0308,0.5103 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
unset colorbox
if (fovea_format eq 'svg') {
plot $values_2 matrix using 1:2:(shade($3)) with image pixels title 'mha, head 0'
} else {
plot $values_2 matrix using 1:2:(shade($3)) with image title 'mha, head 0'
}

# mha, head 1.
unset label; unset arrow; unset object
set lmargin at screen 0.5262; set rmargin at screen 0.7969; set bmargin at screen 0.3923; set tmargin at screen 0.6283
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#e6e6e6' fillstyle solid noborder
set label 1 '' at screen 0.6615,0.6549 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set xrange [-0.5:4.5]; set yrange [-0.5:3.5]
set xtics ('' 0, '' 1, '' 2, '' 3, '' 4) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0,0.4
# Rows are epochs with a checkpoint, whatever lies between them.
set ytics ('' 0, '' 1, '' 2, '' 3) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0.5,0
unset colorbox
if (fovea_format eq 'svg') {
plot $values_3 matrix using 1:2:(shade($3)) with image pixels title 'mha, head 1'
} else {
plot $values_3 matrix using 1:2:(shade($3)) with image title 'mha, head 1'
}

# mha_1, head 0.
unset label; unset arrow; unset object
set lmargin at screen 0.2092; set rmargin at screen 0.48; set bmargin at screen 0.1209; set tmargin at screen 0.3569
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#e6e6e6' fillstyle solid noborder
set label 1 '' at screen 0.3446,0.3835 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'position' at screen 0.3446,0.0501 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 3 'epoch' at screen 0.0862,0.2389 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set xrange [-0.5:4.5]; set yrange [-0.5:3.5]
set xtics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0,0.4
# Rows are epochs with a checkpoint, whatever lies between them.
set ytics ('0' 0, '1' 1, '2' 2, '4' 3) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0.5,0
set label 4 'mha_1' at screen 0.0308,0.2389 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
unset colorbox
if (fovea_format eq 'svg') {
plot $values_4 matrix using 1:2:(shade($3)) with image pixels title 'mha_1, head 0'
} else {
plot $values_4 matrix using 1:2:(shade($3)) with image title 'mha_1, head 0'
}

# mha_1, head 1.
unset label; unset arrow; unset object
set lmargin at screen 0.5262; set rmargin at screen 0.7969; set bmargin at screen 0.1209; set tmargin at screen 0.3569
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#e6e6e6' fillstyle solid noborder
set label 1 '' at screen 0.6615,0.3835 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'position' at screen 0.6615,0.0501 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set xrange [-0.5:4.5]; set yrange [-0.5:3.5]
set xtics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0,0.4
# Rows are epochs with a checkpoint, whatever lies between them.
set ytics ('' 0, '' 1, '' 2, '' 3) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0.5,0
unset colorbox
if (fovea_format eq 'svg') {
plot $values_5 matrix using 1:2:(shade($3)) with image pixels title 'mha_1, head 1'
} else {
plot $values_5 matrix using 1:2:(shade($3)) with image title 'mha_1, head 1'
}
unset multiplot
# Closes the file.
set output
