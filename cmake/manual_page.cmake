# Makes the manual page of a program from its --help, which it quotes as it is:
#     cmake -DPROGRAM=FILE -DVERSION=1.2.3 -DPAGE=FILE.1 -P manual_page.cmake
execute_process(COMMAND ${PROGRAM} --help OUTPUT_VARIABLE help RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} --help ends with ${code}")
endif()
get_filename_component(name ${PROGRAM} NAME_WE)
string(TOUPPER ${name} title)
string(STRIP "${help}" help)
string(REGEX MATCH "^[^.]+" about "${help}") # the first sentence
string(REPLACE "\n" " " about "${about}")
string(REPLACE "\\" "\\\\" help "${help}")
string(REGEX REPLACE "(^|\n)([.'])" "\\1\\\\&\\2" help "${help}") # else a request
string(REPLACE "-" "\\-" help "${help}")
string(REPLACE "\t" "    " help "${help}")
file(WRITE ${PAGE} ".TH ${title} 1 \"\" \"cv::derand ${VERSION}\" \"User Commands\"
.SH NAME
${name} \\- ${about}
.SH DESCRIPTION
.nf
${help}
.fi
")
